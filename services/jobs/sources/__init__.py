"""Sources: documentation that is crawled again and again. A run of one is an ordinary job."""
