"""Stands in for setuptools while pip downloads a source archive; see scripts/grammars."""
