"""The helpline's team at the desk: who may work there, and what was done."""
