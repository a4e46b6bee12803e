"""What an auditor reads: the history, what was known when, and the proofs of both."""
