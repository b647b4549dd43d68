"""What can be shown: canonical bytes, signed notes, the Merkle tree over the entries and its proofs.

Formats: RFC 6962 section 2.1 (tree), RFC 8785 profile (canonical JSON), C2SP signed-note v1.0.0 and tlog-checkpoint.
"""
