"""The desk in the browser: its pages, forms, headers and who may see what."""
