"""The @task wrappers: names, state mapping and retries; no rules."""
