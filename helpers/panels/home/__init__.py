"""The first screen: the savings, the gaps of the last look, and the entries of the journal that need attention."""
