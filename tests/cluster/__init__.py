"""The chart on a real Kubernetes: `make test-cluster`, where the scripts that make one are at hand."""
