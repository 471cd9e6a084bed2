package dataplane

import (
	"context"

	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

// health is the gRPC service that is called: the name that is asked about is the token.
type health struct {
	healthpb.UnimplementedHealthServer
	a    *Application
	port int
}

// Check notes the call.
func (h *health) Check(ctx context.Context, r *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	peer := ""
	if md, ok := metadata.FromIncomingContext(ctx); ok {
		for _, v := range md.Get("x-forwarded-client-cert") {
			peer = v
		}
	}
	h.a.note(h.port, Arrival{Token: r.Service, Layers: layersOf(ctx), Peer: peer})
	return &healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_SERVING}, nil
}
