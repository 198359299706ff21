"""What a policy means: types, values, the typed core, and the checks that make it."""
