// Package validation judges what package resolve/source/validation of the tool
// refuses and takes. The judge is what a cluster asks: the CustomResourceDefinitions
// that istio.io/api ships, evaluated by the API server's own code (structural
// schemas and CEL), then the validation of Istio's webhook. Both see the same
// objects: valid ones of every kind, the same with one field changed, for every
// field that the schemas know, and random mixtures of them. The package also
// writes the tables of the tool, from the same CustomResourceDefinitions.
package validation
