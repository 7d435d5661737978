"""Sentences written for training, and the script that trains the likeness model on them. Nothing here runs in
service."""
