"""From the typed core to a plan: the same meaning as ``runtime``, spelt out for engines that know only true, false and integers."""
