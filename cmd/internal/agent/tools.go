package agent

import (
	"context"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// paged is what every tool takes.
type paged struct {
	Page int `json:"page,omitempty" jsonschema:"the page of an answer that has several, counted from 1"`
}

func (p paged) page() int { return p.Page }

// question is what an agent gives to a tool.
type question interface{ page() int }

type summaryQuestion struct {
	paged
	Namespace string `json:"namespace,omitempty" jsonschema:"only this namespace"`
}

type describeQuestion struct {
	paged
	Names     []string `json:"names,omitempty" jsonschema:"workloads, Services, namespaces, pods or policies, such as deploy/pay.shop or peerauthentication/default.shop; without names all workloads in one table"`
	Namespace string   `json:"namespace,omitempty" jsonschema:"only this namespace"`
	Mode      string   `json:"mode,omitempty" jsonschema:"only ports of these modes, separated by commas: STRICT, PERMISSIVE, DISABLE, NONE, UNKNOWN"`
}

type connectionsQuestion struct {
	paged
	Namespace string `json:"namespace,omitempty" jsonschema:"only calls to this namespace"`
	From      string `json:"from,omitempty" jsonschema:"only calls of this workload, such as deploy/web.shop"`
	To        string `json:"to,omitempty" jsonschema:"only calls to this Service or host, such as pay.shop or pay.shop:80"`
	Verdict   string `json:"verdict,omitempty" jsonschema:"only calls with these results, separated by commas: mtls, plaintext, broken, passthrough-tls, unknown"`
}

type callQuestion struct {
	paged
	From string `json:"from" jsonschema:"the client, such as deploy/web.shop"`
	To   string `json:"to" jsonschema:"what it calls, such as pay.shop:80"`
}

type analyzeQuestion struct {
	paged
	Namespace string `json:"namespace,omitempty" jsonschema:"only findings of this namespace"`
}

type explainQuestion struct {
	paged
	Topic string `json:"topic" jsonschema:"a check such as MTLS0201, a rule such as 3.4.1, a mode, a symptom such as 503 UF, or glossary"`
}

type diagnoseQuestion struct {
	paged
	Line string `json:"line" jsonschema:"one line of a log, or an error of a client"`
	From string `json:"from,omitempty" jsonschema:"the client, where the line does not show it"`
	To   string `json:"to,omitempty" jsonschema:"what was called, where the line does not show it"`
}

type planQuestion struct {
	paged
	Names     []string `json:"names,omitempty" jsonschema:"workloads of which each step of the decision is wanted"`
	Namespace string   `json:"namespace,omitempty" jsonschema:"only this namespace"`
}

type diffQuestion struct {
	paged
	Manifests string `json:"manifests" jsonschema:"the YAML of the objects that a change applies"`
}

// addTools adds the tools of a server, each with the command that answers it.
func addTools(s *server) {
	add(s, "summary", "The mesh at a glance: for each namespace its ports by mTLS mode. Begin here.", func(q summaryQuestion) (Command, error) {
		flags, err := optional([2]string{"namespace", q.Namespace})
		return command(flags, "describe", "--summary"), err
	})
	add(s, "describe", "The effective mTLS mode of workload ports (STRICT, PERMISSIVE, DISABLE, NONE, UNKNOWN), and the policy, field, file and line that decide it.", func(q describeQuestion) (Command, error) {
		flags, err := optional([2]string{"namespace", q.Namespace}, [2]string{"mode", q.Mode})
		return named(command(flags, "describe"), q.Names, err)
	})
	add(s, "connections", "What clients send to Services and whether the servers accept it: mtls, plaintext, broken or unknown, broken calls first, each with its reason.", func(q connectionsQuestion) (Command, error) {
		flags, err := optional([2]string{"namespace", q.Namespace}, [2]string{"from", q.From}, [2]string{"to", q.To}, [2]string{"verdict", q.Verdict})
		return command(flags, "connections"), err
	})
	add(s, "call", "One call step by step: which rule decides the client's TLS, what the server's port accepts, and the result.", func(q callQuestion) (Command, error) {
		if err := plain(q.From, q.To); err != nil {
			return Command{}, err
		}
		return command([]string{flag("from", q.From), flag("to", q.To)}, "connections"), nil
	})
	add(s, "analyze", "What is wrong about mTLS in this input, worst first, each finding with object, file, line, reason and repair.", func(q analyzeQuestion) (Command, error) {
		flags, err := optional([2]string{"namespace", q.Namespace})
		return command(flags, "analyze"), err
	})
	add(s, "diagnose", "The causes of a log line or error in this mesh, likely ones first, with evidence and a fix that was tried on the model.", func(q diagnoseQuestion) (Command, error) {
		flags, err := optional([2]string{"from", q.From}, [2]string{"to", q.To})
		if q.Line == "-" {
			err = errNoValue
		}
		return named(command(flags, "diagnose"), []string{q.Line}, err)
	})
	add(s, "plan_status", "How far each port is on the way to STRICT: READY, BLOCKED (with what blocks it), WAITING or UNKNOWN; with names each step of the decision.", func(q planQuestion) (Command, error) {
		flags, err := optional([2]string{"namespace", q.Namespace})
		if len(q.Names) == 0 {
			flags = append(flags, "--status")
		}
		return named(command(flags, "migrate-plan"), q.Names, err)
	})
	add(s, "explain", "What a check, a rule of Istio, a mode, a symptom or a word means. It needs no input.", func(q explainQuestion) (Command, error) {
		return named(Command{Args: []string{"explain", "-o", "json"}}, []string{q.Topic}, nil)
	})
	if s.diffBase != nil {
		add(s, "diff", "What a change would do to the mesh: ports with another mode, calls that break or are repaired, new findings. Nothing is applied.", func(q diffQuestion) (Command, error) {
			if q.Manifests == "" {
				return Command{}, fmt.Errorf("manifests is empty: give the YAML of the objects that the change applies")
			}
			c := command(nil, "diff", "--filename=-")
			c.Names, c.Stdin = s.diffBase, q.Manifests
			return c, nil
		})
	}
}

// command is one with JSON as its answer.
func command(flags []string, args ...string) Command {
	return Command{Args: append(append(args, "-o", "json"), flags...)}
}

// named is a command about names.
func named(c Command, names []string, err error) (Command, error) {
	if err == nil {
		err = plain(names...)
	}
	c.Names = names
	return c, err
}

// add adds one tool.
func add[Q question](s *server, name, description string, ask func(Q) (Command, error)) {
	closed := false
	tool := &mcp.Tool{Name: name, Description: description, Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed}}
	mcp.AddTool(s.mcp, tool, func(ctx context.Context, _ *mcp.CallToolRequest, q Q) (*mcp.CallToolResult, any, error) {
		c, err := ask(q)
		if err != nil {
			return nil, nil, err
		}
		return s.answer(ctx, c, q.page()), nil, nil
	})
}
