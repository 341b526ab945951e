"""What someone says: reports are immutable, carry their source, and are never corrected in place.

Takes the text or bytes of a source and the channel's settings; gives reports and the rows it had to
refuse, each with its reason. One pure parser a source. Keeps the source's own words. Must not know
any agreement (blind fusion), and opens no file.
"""
