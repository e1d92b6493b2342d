"""What other parts may use of search."""

from district.kernel.search.declaration import Searchable
from district.kernel.search.rules.questions import question, spans
from district.kernel.search.selectors import CAP, Hits, matching_q, search
from district.kernel.search.services import index, index_all, index_later
from district.kernel.search.store import declare_searchable, searchable_of

__all__ = [
    "CAP",
    "Hits",
    "Searchable",
    "declare_searchable",
    "index",
    "index_all",
    "index_later",
    "matching_q",
    "question",
    "search",
    "searchable_of",
    "spans",
]
