"""City work orders (12345, 民意速办): taken in by file and by API, results returned once each."""
