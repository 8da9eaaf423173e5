"""Company IDs and user IDs: opened when an application is approved, their passwords set through one-time links."""
