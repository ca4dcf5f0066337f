"""The reader network on a CPU, without torch: weights to OpenVINO graph, compiled once, run in batches.

Importing this package loads neither numpy nor OpenVINO.
"""
