"""HSDS 3.0 and Open Referral UK, in and out."""
