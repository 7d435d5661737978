"""The conversations in further languages: catalogues, what is in them, and how a book is said by one."""
