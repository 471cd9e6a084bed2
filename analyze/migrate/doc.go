// Package migrate says where every workload stands on its way to STRICT: the stage that
// it has reached, whether it may take the next step, and if not, what stands in the way.
// It rests on advise's answers and decides nothing that advise does not know: nothing is
// ready without evidence that it is.
package migrate
