"""What a person or a schedule does: one function per thing, one transaction each.

The command line, the pages and the flows all come through here, so that each rule of the work
(who may grant what, what a second import changes) stands once.
"""
