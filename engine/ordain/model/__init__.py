"""Frozen data and protocols: the nouns of the glossary, one file each."""
