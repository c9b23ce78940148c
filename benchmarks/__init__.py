"""Our server beside a stock Strawberry server, over HTTP: requests/s, time until ready, resident memory."""
