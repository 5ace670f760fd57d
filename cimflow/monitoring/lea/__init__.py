"""All that is known of one LEA, as its page and its forms need it.

It changes nothing, and knows no page.
"""
