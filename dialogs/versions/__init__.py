"""What a new version of the conversations means for those who are in the middle of an old one."""
