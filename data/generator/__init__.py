"""Builds data/catalogue.bin: how the operations that traces show map to IAM actions and ARNs."""
