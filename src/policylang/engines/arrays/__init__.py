"""Plans over arrays of stations, with numpy."""
