"""Text, as such: letters that deceive, addresses, Markdown parsed, and written as HTML or as Markdown again.

It knows no agents and no runs. A text comes in, a text that is safe to show goes out; each cost is bounded.
"""
