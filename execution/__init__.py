"""A GraphQL selection over rows → columns → JSON bytes or Python values; knows GraphQL, knows no run, model or GPU."""
