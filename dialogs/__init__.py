"""The flow language: what a helpline team writes, and the pure engine that steps through it."""
