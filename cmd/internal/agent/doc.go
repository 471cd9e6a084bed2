// Package agent serves the answers of commands to agents, over the Model Context Protocol.
//
// Each tool is one command over the input that the user named when the server began. What an agent
// gives is a name or a value of such a command: never a flag, and never a file.
package agent
