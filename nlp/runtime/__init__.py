"""The reader network, run in batches: on a CPU without torch (weights to OpenVINO graph, compiled once), on a
graphics card with it (on_torch.py).

Importing this package loads neither numpy nor OpenVINO.
"""
