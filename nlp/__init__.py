"""Text to Reading, always a batch. The only code that imports torch, transformers, openvino and tokenizers.

Importing this package loads none of them: they come with the first text that has to be read.
"""
