"""Services, standards and areas: whom a man may be sent to, and on what grounds."""
