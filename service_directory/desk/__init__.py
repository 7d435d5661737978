"""The desk: where services keep their own entries right, and stewards keep watch. Served at `/desk`."""
