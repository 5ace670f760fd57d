"""The @flow functions: one module per deployment."""
