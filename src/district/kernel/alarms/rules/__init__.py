"""Rules as people write them and what is made of them: content, groups, words. Pure."""
