"""
The desk that a notebook holds, and how it is opened: the only package that knows all the others.

It wires everything below together.  Nothing imports it but the command, and ``open_desk``.
"""
