// Package analyze says what the decisions of package resolve mean: findings,
// each with an object, a line, a reason and a fix. It reads nothing and prints
// nothing; package analyze/checks holds the checks, one file each.
package analyze
