"""Rules as people write them: content, its forms and words, groups of datastreams. Pure."""
