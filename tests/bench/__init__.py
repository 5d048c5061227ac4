"""How fast the pages are, as ratios to the least possible app in the same run; never part of the tests."""
