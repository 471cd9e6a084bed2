// Package graph makes of calls a graph that a person can look at: who calls whom as nodes and
// edges, of workloads, of services or of namespaces, with what becomes of the calls and what is
// known of their being made.
//
// Every edge is made of the parts that package calls has, and its verdict is theirs. Nothing is
// decided here, and nothing is laid out.
package graph
