// Package fix makes one change of files out of the repairs that findings carry, and proves
// it: the files as they would be are read and resolved anew, the findings have to be gone,
// nothing new may be found, and no call may break, lose its mTLS or become uncertain. A
// repair that does not pass is left out, with the reason.
//
// It writes nothing, and it invents no repair: package analyze/checks knows them, package
// analyze/amend carries them out on the text.
package fix
