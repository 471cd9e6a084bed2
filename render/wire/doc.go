// Package wire holds every structure that mtlsctl writes for machines, with -o json,
// -o yaml and -o jsonpath: the versioned contract. It imports nothing else of mtlsctl, so
// that a program which reads reports needs nothing but this package.
//
// Every key is always there and no array is null, so that a script never has to ask; an
// object that there is not is null where the field is a pointer. Order never depends on
// the order of the input. A change that a reader of the old shape cannot live with gets a
// new [APIVersion]; an addition does not. What was written can be read back: [Read].
package wire
