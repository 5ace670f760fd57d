"""Named by what they test; a package, so that tests can share tests.factories."""
