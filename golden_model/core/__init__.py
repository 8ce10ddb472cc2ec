"""Every bit: arithmetic, random sources, blocks, the time step, snapshots."""
