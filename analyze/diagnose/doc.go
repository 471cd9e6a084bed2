// Package diagnose goes from a symptom, a line of some log, to its causes in a mesh. The
// catalogue is data: what each symptom looks like in whose log, and its suspects, the likeliest
// first. A suspect asks the Mesh, the checks and the AuthorizationPolicies about the call; it is
// likely where the configuration leads to this symptom, ruled out where it cannot, and possible
// where configuration does not decide it. A fix that is a change of configuration is tried on the
// Mesh before it is shown.
package diagnose
