from tests.integration.embedded.standin.service import main

main("CRAWLER")
